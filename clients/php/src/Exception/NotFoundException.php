<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 404: no such endpoint. */
final class NotFoundException extends PredictException
{
}
