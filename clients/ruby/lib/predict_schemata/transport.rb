# frozen_string_literal: true

# Owns HTTP: connections that are kept, and one exchange over one of them. Must not know what is sent.
require 'net/http'
require 'openssl'
require 'uri'

module PredictSchemata
  # Exchanges with one server. Safe to share between threads.
  class Transport
    # An address that swallows packets is given up after this, so that a repeat may reach another.
    CONNECT_LIMIT_S = 10
    # What Net::HTTP raises for a server that is not there, ends in the middle or speaks something else.
    FAILURES = [
      SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse,
      Net::HTTPHeaderSyntaxError
    ].freeze
    private_constant :CONNECT_LIMIT_S, :FAILURES

    # @param configure [Proc, nil] is given each Net::HTTP before it connects
    def initialize(base_url, configure)
      @base = URI(base_url)
      @configure = configure
      @idle = Queue.new
    end

    # @param request [Class] Net::HTTP::Get or Net::HTTP::Post
    # @return [Net::HTTPResponse] with its body read
    # @raise [ConnectionError] when no whole answer came
    def exchange(request, path, headers, body = nil)
      message = request.new(@base.path + path, headers)
      message.body = body
      connection = taken || connected
      answer = connection.request(message)
      # Net::HTTP takes a body that was cut for a whole one.
      raise EOFError if answer.content_length && answer.body.to_s.bytesize != answer.content_length

      kept = connection
      answer
    rescue *FAILURES
      raise ConnectionError, 'No whole answer came from the server. Check that it runs and can be reached.'
    ensure
      # A thread that is killed comes by here, too.
      if kept
        @idle << kept
      else
        closed(connection)
      end
    end

    # Closes the connections that are kept.
    def close
      while (connection = taken)
        closed(connection)
      end
    end

    private

    def taken
      @idle.pop(true)
    rescue ThreadError
      nil
    end

    def connected
      # By itself Net::HTTP asks for the proxy of http:// alone.
      proxy = @base.find_proxy
      connection = Net::HTTP.new(@base.hostname, @base.port, proxy&.hostname, proxy&.port, proxy&.user, proxy&.password)
      connection.use_ssl = @base.scheme == 'https'
      connection.open_timeout = CONNECT_LIMIT_S
      # The deadline of the call ends what takes too long.
      connection.read_timeout = connection.write_timeout = nil
      # Repeats are the caller's.
      connection.max_retries = 0
      @configure&.call(connection)
      connection.start
    end

    def closed(connection)
      connection.finish if connection&.started?
    rescue IOError, OpenSSL::SSL::SSLError
      # It is closed.
    end
  end
  private_constant :Transport
end
