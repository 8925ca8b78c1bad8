# frozen_string_literal: true

# Owns the end of a whole call: its deadline, its cancelling by the caller, its first failure. Must not know what is called.
module PredictSchemata
  # Gives calls up: hand it to one or more calls, and call `cancel` from another thread or a signal handler.
  class Cancellation
    def initialize
      @listeners = {}.compare_by_identity
      @cancelled = false
    end

    def cancelled?
      @cancelled
    end

    # Ends the calls that it was handed to with CancelledError, and those to come.
    def cancel
      @cancelled = true
      # A signal handler may use no lock, but queues; and a copy, since the call that it broke into may be changing the list.
      @listeners.keys.each { |events| events << [:cancelled] }
      nil
    end

    # @api private
    def listen(events)
      @listeners[events] = true
      # It may have been cancelled before, or between these lines: an event too many does no harm.
      events << [:cancelled] if @cancelled
    end

    # @api private
    def forget(events)
      @listeners.delete(events)
    end
  end

  # One call of the user's, repeats and waits included. The caller's thread waits; the work is done in threads, which are
  # killed when the call is over, wherever they wait. So nothing in them need ask whether it is.
  class Scope
    # Runs the block, which is given the scope, and returns its value.
    #
    # @param deadline_s [Numeric, nil] nil for no end
    # @raise [DeadlineError, CancelledError] as soon as one is due
    def self.run(deadline_s, cancellation, &block)
      new(deadline_s).run(cancellation, &block)
    end

    def initialize(deadline_s)
      @deadline_s = deadline_s
      @ends_at_s = deadline_s && (now_s + deadline_s)
      @events = Queue.new
      @lock = Mutex.new
      @threads = []
      @over = false
    end

    def run(cancellation)
      spawn { @events << [:done, yield(self)] }
      spawn_timer if @ends_at_s
      cancellation&.listen(@events)
      outcome(*@events.pop)
    ensure
      cancellation&.forget(@events)
      stop
    end

    # A thread of this call, in which what is raised ends the call.
    def spawn(&work)
      @lock.synchronize do
        # Whoever asks is about to be killed itself.
        Thread.exit if @over
        @threads << Thread.new { guarded(&work) }.tap { |thread| thread.report_on_exception = false }
      end
    end

    # Whether a wait would end before the deadline.
    def leaves?(seconds)
      @ends_at_s.nil? || now_s + seconds < @ends_at_s
    end

    # From now on the deadline gives what the block returns instead of an error.
    def settle_with(&block)
      @settled = block
    end

    private

    def guarded
      yield
    # Whatever it is, the caller's thread raises it.
    rescue Exception => e
      @events << [:raised, e]
    end

    def spawn_timer
      spawn do
        sleep([@ends_at_s - now_s, 0].max)
        @events << [:deadline]
      end
    end

    def stop
      @lock.synchronize do
        @over = true
        @threads.each(&:kill)
      end
    end

    def outcome(kind, value = nil)
      case kind
      when :done then value
      when :raised then raise value
      when :cancelled then raise CancelledError, 'The call was cancelled.'
      when :deadline
        return @settled.call if @settled

        raise DeadlineError, "The call was not done within its deadline of #{@deadline_s} s."
      end
    end

    def now_s
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
  private_constant :Scope
end
