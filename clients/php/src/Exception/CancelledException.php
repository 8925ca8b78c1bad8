<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** The caller gave up. */
final class CancelledException extends PredictException
{
}
