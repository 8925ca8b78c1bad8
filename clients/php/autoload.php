<?php

/*
 * Owns loading the package where Composer does not: its own classes by their names, and Guzzle from wherever the machine has it, as
 * Debian's php-guzzlehttp-guzzle puts it into PHP's include path.
 */

declare(strict_types=1);

if (is_file(__DIR__ . '/vendor/autoload.php')) {
    require_once __DIR__ . '/vendor/autoload.php';
    return;
}

spl_autoload_register(static function (string $class): void {
    foreach (['PredictSchemata\\Generated\\' => 'generated/', 'PredictSchemata\\' => 'src/'] as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            $file = __DIR__ . '/' . $folder . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
            if (is_file($file)) {
                require $file;
            }
            return;
        }
    }
});

if (!class_exists(GuzzleHttp\Client::class) && stream_resolve_include_path('GuzzleHttp/autoload.php') !== false) {
    require_once 'GuzzleHttp/autoload.php';
}
