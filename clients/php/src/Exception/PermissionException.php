<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 403: the token is not for this endpoint. */
final class PermissionException extends PredictException
{
}
