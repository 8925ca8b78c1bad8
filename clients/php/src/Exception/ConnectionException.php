<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** No answer, or one that was cut, after all repeats. */
final class ConnectionException extends PredictException
{
}
