<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 400, 405, 413, 415 and other 4xx: the same call fails again. */
final class InvalidRequestException extends PredictException
{
}
