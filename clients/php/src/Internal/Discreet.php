<?php

// Owns what is shown of the generated core's values, which may hold a token. languages.json puts it into them.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use PredictSchemata\Generated\Algorithms;

/** @internal */
trait Discreet
{
    /** For var_dump and print_r. */
    public function __debugInfo(): array
    {
        return self::withoutTokens(get_object_vars($this));
    }

    /** The same value with three stars for each token. */
    private static function withoutTokens(mixed $value): mixed
    {
        if (!is_array($value) && !$value instanceof \stdClass) {
            return $value;
        }
        $secrets = array_map(static fn ($facts) => $facts->uriTokenField, Algorithms::all());
        $shown = [];
        foreach ((array) $value as $name => $member) {
            $isToken = is_string($name) && $member !== null && in_array($name, $secrets, true);
            $shown[$name] = $isToken ? '***' : self::withoutTokens($member);
        }
        return is_array($value) ? $shown : (object) $shown;
    }
}
