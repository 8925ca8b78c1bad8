# frozen_string_literal: true

# Owns running tasks side by side within a bound.
module PredictSchemata
  # Lanes that take items from a source while it gives them.
  module Parallel
    module_function

    # Calls `run` with each item, in at most `limit` threads of the scope. The source is asked in this thread and no
    # further ahead than there are lanes. The first failure ends it and is raised.
    #
    # @param source a method or block that yields items
    def each(scope, source, limit, &run)
      waiting = SizedQueue.new(limit)
      ended = Queue.new
      limit.times { scope.spawn { lane(waiting, ended, run) } }
      begin
        source.call { |item| waiting << item }
      rescue ClosedQueueError
        # A lane failed; the next line but one raises what it met.
      end
      waiting.close
      limit.times { ended.pop&.then { |failure| raise failure } }
    end

    def lane(waiting, ended, run)
      while (item = waiting.pop)
        run.call(item)
      end
      ended << nil
    rescue StandardError => e
      ended << e
      waiting.close
      waiting.clear
    end
  end
  private_constant :Parallel
end
