# Runs operations of a pg-lockstep model: lines of JSON in, lines of JSON out.
require "json"

module Lockstep
  def self.serve(operations)
    answers = $stdout.dup
    answers.sync = true
    $stdout.reopen($stderr) # whatever else is printed goes to standard error
    write = ->(message) { answers.puts(JSON.generate(message)) }
    write.(ready: true)
    $stdin.each_line do |line|
      request = JSON.parse(line)
      begin
        write.(id: request["id"], result: operations.fetch(request["operation"]).call(*request["arguments"]))
      rescue StandardError => error
        write.(id: request["id"], error: described(error))
      end
    end
  end

  def self.described(error)
    result = [error, error.cause].compact.filter_map { |each| each.result if each.respond_to?(:result) }.first
    { name: error.class.name, message: error.message,
      sqlstate: result&.error_field(PG::Result::PG_DIAG_SQLSTATE),
      constraint: result&.error_field(PG::Result::PG_DIAG_CONSTRAINT_NAME) }
  end
end
