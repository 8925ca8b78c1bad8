# frozen_string_literal: true

# Owns a server that describes its endpoint as a test says, predicts whatever it gets, and notes what came. Must not know
# the client.
require 'json'
require 'socket'

class FakeServer
  attr_reader :url

  # @param status, description of the endpoint; a description that is cut is announced as longer than it is
  # @param predicts whether predictions are answered otherwise
  def initialize(status, description, cut: false, predicts: true)
    @description = [status, description, cut]
    @predicts = predicts
    @received = Queue.new
    @listener = TCPServer.new('127.0.0.1', 0)
    @url = "http://127.0.0.1:#{@listener.addr[1]}"
    @thread = Thread.new { loop { serve(@listener.accept) } }
  end

  # The instances of each prediction, and nil for each description, in the order in which they came.
  def received
    Array.new(@received.size) { @received.pop }
  end

  def close
    @thread.kill.join
    @listener.close
  end

  private

  def serve(connection)
    method = connection.gets.to_s[/\A\w+/]
    headers = connection.take_while { |line| line != "\r\n" }
    body = connection.read(headers.join[/^content-length: (\d+)/i, 1].to_i)
    instances = JSON.parse(body).fetch('instances') if method == 'POST'
    @received << instances
    answer(connection, *(instances && @predicts ? [200, predictions(instances), false] : @description))
  ensure
    connection.close
  end

  def predictions(instances)
    JSON.generate({ predictions: instances.map { { embedding: [0.5] } }, modelDisplayName: 'fake' })
  end

  def answer(connection, status, body, cut)
    length = body.bytesize + (cut ? 1 : 0)
    connection.write("HTTP/1.1 #{status} x\r\nContent-Length: #{length}\r\nConnection: close\r\n\r\n#{body}")
  end
end
