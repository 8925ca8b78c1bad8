<?php

// Owns one kind of failure; PredictException.php says what it carries.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** A success whose body does not keep the contract. */
final class InvalidAnswerException extends PredictException
{
}
