<?php

// Owns the JSON of instances: UTF-8 as it is, and floats that stay floats.

declare(strict_types=1);

namespace PredictSchemata\Internal;

/** @internal */
final class Json
{
    /** @throws \InvalidArgumentException for what JSON cannot hold, for example a float that is no number */
    public static function of(mixed $value): string
    {
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
        try {
            return json_encode($value, $flags);
        } catch (\JsonException $cause) {
            throw new \InvalidArgumentException("Expected instances that JSON can hold: {$cause->getMessage()}.", 0, $cause);
        }
    }
}
