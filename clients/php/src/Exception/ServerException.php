<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 500 and other 5xx: a failure of the server that is not repeated. */
final class ServerException extends PredictException
{
}
