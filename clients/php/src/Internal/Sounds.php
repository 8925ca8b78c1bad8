<?php

// Owns the forms in which a caller may hand over a sound, and the instance that each becomes. Must not know how calls are made.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use GuzzleHttp\Psr7\Utils;
use PredictSchemata\Algorithm;
use PredictSchemata\CloudFile;
use PredictSchemata\Samples;
use Psr\Http\Message\StreamInterface;

/** @internal */
final class Sounds
{
    /**
     * @return \SplFileInfo|Samples|CloudFile|StreamInterface what `instanceOf` takes; files are read only there
     * @throws \InvalidArgumentException for what is no sound or no file
     */
    public static function checked(mixed $sound, Algorithm $algorithm): \SplFileInfo|Samples|CloudFile|StreamInterface
    {
        if (is_string($sound) && (str_contains($sound, "\0") || strlen($sound) > PHP_MAXPATHLEN)) {
            // The bytes of a file, which no message may show.
            throw new \InvalidArgumentException(
                'Expected the path of a WAV file, got text that is none. Give bytes as GuzzleHttp\Psr7\Utils::streamFor($bytes).'
            );
        }
        if (is_string($sound) || $sound instanceof \SplFileInfo) {
            $file = new \SplFileInfo((string) $sound);
            return $file->isFile() ? $file : throw new \InvalidArgumentException(
                "Expected the path of a WAV file, got {$file->getPathname()}, which is no file."
            );
        }
        if ($sound instanceof CloudFile && $algorithm->uriField === null) {
            throw new \InvalidArgumentException("{$algorithm->name} takes no addresses.");
        }
        if (is_resource($sound) || $sound instanceof StreamInterface) {
            // Now: a stream may give its bytes once, and a sound may be sent again.
            return Utils::streamFor(Utils::streamFor($sound)->getContents());
        }
        return match (true) {
            is_array($sound) => Samples::ofList($sound),
            $sound instanceof Samples, $sound instanceof CloudFile => $sound,
            default => throw new \InvalidArgumentException(
                'Expected a sound: the path of a WAV file, a stream of one, a list of integers or floats, Samples or CloudFile, '
                . 'got ' . get_debug_type($sound) . '.'
            ),
        };
    }

    /** @return string an instance in JSON */
    public static function instanceOf(\SplFileInfo|Samples|CloudFile|StreamInterface $sound, Algorithm $algorithm): string
    {
        if ($sound instanceof CloudFile) {
            $instance = [$algorithm->uriField => $sound->uri];
            if ($sound->token !== null && $algorithm->uriTokenField !== null) {
                $instance[$algorithm->uriTokenField] = $sound->token;
            }
            return Json::of($instance);
        }
        $file = match (true) {
            $sound instanceof Samples => $sound->toWav($algorithm->sampleRateHz),
            $sound instanceof StreamInterface => (string) $sound,
            default => self::contents($sound),
        };
        // Base64 and names of fields need no escapes.
        return "{\"{$algorithm->fileField}\":\"" . base64_encode($file) . '"}';
    }

    private static function contents(\SplFileInfo $file): string
    {
        $contents = @file_get_contents($file->getPathname());
        return $contents !== false ? $contents : throw new \InvalidArgumentException(
            "Expected a file that can be read, got {$file->getPathname()}."
        );
    }
}
