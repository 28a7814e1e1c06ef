import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** Books seats by JDBC, without autocommit: looks whether a seat is free, then takes it. */
public final class Seats {
  private final Connection connection;

  private Seats(String url) throws SQLException {
    connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
  }

  private boolean book(int seat, String guest, String lock) throws SQLException {
    try {
      var isFree = isFree(seat, lock);
      if (isFree) take(seat, guest);
      connection.commit();
      return isFree;
    } catch (SQLException error) {
      connection.rollback();
      throw error;
    }
  }

  private boolean isFree(int seat, String lock) throws SQLException {
    try (var select = connection.prepareStatement("select guest from seats where number = ?" + lock)) {
      select.setInt(1, seat);
      try (var rows = select.executeQuery()) {
        return rows.next() && rows.getString("guest") == null;
      }
    }
  }

  private void take(int seat, String guest) throws SQLException {
    try (var update = connection.prepareStatement("update seats set guest = ? where number = ?")) {
      update.setString(1, guest);
      update.setInt(2, seat);
      update.executeUpdate();
    }
  }

  private Lockstep.Operation booking(String lock) {
    return arguments -> book(arguments.get(0).getAsInt(), arguments.get(1).getAsString(), lock);
  }

  public static void main(String[] arguments) throws IOException, SQLException {
    var seats = new Seats(System.getenv("JDBC_DATABASE_URL"));
    Lockstep.serve(Map.of("book", seats.booking(""), "bookLocked", seats.booking(" for update")));
  }
}
