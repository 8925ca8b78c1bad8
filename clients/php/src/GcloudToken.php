<?php

// Owns tokens of Google Cloud's command line.

declare(strict_types=1);

namespace PredictSchemata;

/** Tokens of `gcloud auth print-access-token`, kept for half an hour. */
final class GcloudToken
{
    /** Google's access tokens live for an hour; half of that leaves time for what is under way. */
    private const LIFETIME_S = 1800;

    private ?string $token = null;
    private float $untilS = 0;

    /** @param non-empty-list<string> $command another program that prints a token */
    public function __construct(private readonly array $command = ['gcloud', 'auth', 'print-access-token'])
    {
    }

    /**
     * @param ?string $refused the token that the server has just answered with 401
     * @throws \RuntimeException when the program fails
     */
    public function __invoke(?string $refused): string
    {
        $nowS = hrtime(true) / 1e9;
        if ($this->token === null || $this->token === $refused || $nowS >= $this->untilS) {
            $this->token = $this->printed();
            $this->untilS = $nowS + self::LIFETIME_S;
        }
        return $this->token;
    }

    /** For var_dump and print_r: shows no token. */
    public function __debugInfo(): array
    {
        return ['command' => $this->command];
    }

    private function printed(): string
    {
        $process = proc_open($this->command, [1 => ['pipe', 'w']], $pipes);
        if ($process === false) {
            throw new \RuntimeException("{$this->command[0]} could not be run. Install it, or give another token.");
        }
        $output = trim((string) stream_get_contents($pipes[1]));
        $code = proc_close($process);
        if ($code !== 0 || $output === '') {
            throw new \RuntimeException("{$this->command[0]} ended with {$code}. Run gcloud auth login.");
        }
        return $output;
    }
}
