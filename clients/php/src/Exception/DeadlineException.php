<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** 504 after all repeats, or the deadline of the call passed (then without a status). */
final class DeadlineException extends PredictException
{
}
