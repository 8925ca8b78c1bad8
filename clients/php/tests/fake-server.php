<?php

// Owns a server that describes its endpoint as it is told, predicts whatever it gets, and writes a line for each call. Must not
// know the client. Arguments: status and body of the description, the length that it is announced with, and what is predicted:
// 'all', or 'nothing', then predictions are answered as the description is.

declare(strict_types=1);

[, $status, $description, $length, $predicted] = $argv;
$listener = stream_socket_server('tcp://127.0.0.1:0');
echo stream_socket_get_name($listener, false), "\n";
while ($connection = stream_socket_accept($listener, -1)) {
    $isPrediction = str_starts_with((string) fgets($connection), 'POST') && $predicted === 'all';
    $bodyBytes = 0;
    while (($line = rtrim((string) fgets($connection))) !== '') {
        $bodyBytes = preg_match('/^content-length: (\d+)/i', $line, $match) === 1 ? (int) $match[1] : $bodyBytes;
    }
    // Also where nobody looks at it: a connection that is closed before has no answer.
    $request = (string) stream_get_contents($connection, $bodyBytes);
    if ($isPrediction) {
        $instances = json_decode($request, true)['instances'];
        $body = json_encode(['predictions' => array_fill(0, count($instances), ['embedding' => [0.5]])]);
        echo count($instances), "\n";
    } else {
        $body = $description;
        echo "description\n";
    }
    $head = $isPrediction ? "200 x\r\nContent-Length: " . strlen($body) : "{$status} x\r\nContent-Length: {$length}";
    fwrite($connection, "HTTP/1.1 {$head}\r\nConnection: close\r\n\r\n{$body}");
    fclose($connection);
}
