<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 401: no token, or one that is not accepted. */
final class AuthenticationException extends PredictException
{
}
