<?php

// Owns the client with a method for each algorithm of the contract.

declare(strict_types=1);

namespace PredictSchemata;

/** Calls prediction endpoints. Keeps connections as long as it lives. */
final class PredictClient extends SoundClient
{
    use Generated\PredictMethods;
}
