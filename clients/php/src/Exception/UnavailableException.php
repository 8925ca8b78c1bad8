<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 503, after all repeats. */
final class UnavailableException extends PredictException
{
}
