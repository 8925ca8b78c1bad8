<?php

// Owns the address of a sound that the server fetches itself.

declare(strict_types=1);

namespace PredictSchemata;

/** A WAV file in cloud storage, with a token that may read it, if the server has none. */
final class CloudFile
{
    /** @param string $uri for example `gs://bucket/clip.wav` */
    public function __construct(
        public readonly string $uri,
        #[\SensitiveParameter]
        public readonly ?string $token = null,
    ) {
        if (!mb_check_encoding($uri, 'UTF-8')) {
            throw new \InvalidArgumentException('Expected an address in UTF-8, for example gs://bucket/clip.wav.');
        }
    }

    /** For var_dump and print_r: shows no token. */
    public function __debugInfo(): array
    {
        return ['uri' => $this->uri, 'token' => $this->token === null ? null : '***'];
    }
}
