<?php

// Owns what the tests need to know: where the built package is, a server that predicts with a token for it, and the mock.

declare(strict_types=1);

foreach (['PACKAGE', 'SERVER', 'TOKEN', 'MOCK'] as $name) {
    if ((string) getenv($name) === '') {
        fwrite(STDERR, "Expected {$name} in the environment. npm run clients -- php sets it.\n");
        exit(1);
    }
}

require getenv('PACKAGE') . '/autoload.php';
require __DIR__ . '/Project.php';
