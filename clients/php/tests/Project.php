<?php

// Owns a folder of a test's own, in which it runs programs as a user does.

declare(strict_types=1);

namespace PredictSchemata\Tests;

use PHPUnit\Framework\Assert;

final class Project
{
    public readonly string $folder;

    /** @param array<string, string> $files path → contents */
    public function __construct(array $files)
    {
        $this->folder = sys_get_temp_dir() . '/predict-schemata-' . bin2hex(random_bytes(6));
        foreach ($files as $path => $contents) {
            $file = "{$this->folder}/{$path}";
            is_dir(dirname($file)) || mkdir(dirname($file), recursive: true);
            file_put_contents($file, $contents);
        }
    }

    /**
     * What a program writes, which must succeed.
     *
     * @param list<string> $command
     * @param array<string, string> $environment beside that of the tests
     */
    public function outputOf(array $command, array $environment = []): string
    {
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, $this->folder, $environment + getenv());
        $output = (string) stream_get_contents($pipes[1]);
        Assert::assertSame(0, proc_close($process), $output);
        return $output;
    }

    /** As `outputOf`, for a file of the project. */
    public function outputOfPhp(string $file, string ...$options): string
    {
        // Guzzle 7.4 is older than PHP 8.2, which deprecates some of what it does.
        $settings = ['-d', 'error_reporting=E_ALL & ~E_DEPRECATED', '-d', 'display_errors=1'];
        return $this->outputOf([PHP_BINARY, ...$settings, ...$options, $file]);
    }

    public function remove(): void
    {
        $files = new \RecursiveDirectoryIterator($this->folder, \FilesystemIterator::SKIP_DOTS);
        foreach (new \RecursiveIteratorIterator($files, \RecursiveIteratorIterator::CHILD_FIRST) as $path => $file) {
            $file->isDir() && !$file->isLink() ? rmdir($path) : unlink($path);
        }
        rmdir($this->folder);
    }
}
