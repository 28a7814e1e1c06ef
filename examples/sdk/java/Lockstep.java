import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.util.PSQLException;

/** Runs operations of a pg-lockstep model: lines of JSON in, lines of JSON out. */
public final class Lockstep {
  public interface Operation {
    Object run(JsonArray arguments) throws Exception;
  }

  public static void serve(Map<String, Operation> operations) throws IOException {
    var answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    System.setOut(System.err); // whatever else is printed goes to standard error
    answers.println("{\"ready\": true}");
    var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      var request = new Gson().fromJson(line, JsonObject.class);
      var answer = new HashMap<String, Object>(Map.of("id", request.get("id")));
      try {
        var operation = operations.get(request.get("operation").getAsString());
        answer.put("result", operation.run(request.getAsJsonArray("arguments")));
      } catch (Exception error) {
        answer.put("error", described(error));
      }
      answers.println(new Gson().toJson(answer));
    }
  }

  private static Map<String, String> described(Exception error) {
    var found = new HashMap<String, String>();
    found.put("name", error.getClass().getSimpleName());
    found.put("message", error.getMessage());
    // Hibernate and Spring wrap the driver's error.
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException driver) {
        found.put("sqlstate", driver.getSQLState());
        var server = driver.getServerErrorMessage();
        if (server != null) found.put("constraint", server.getConstraint());
      }
    }
    return found;
  }
}
