<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 429, after all repeats. */
final class RateLimitException extends PredictException
{
}
