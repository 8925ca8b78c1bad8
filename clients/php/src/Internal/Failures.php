<?php

// Owns making errors out of answers that are no success. Must not know how calls are made.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use PredictSchemata\Exception\AuthenticationException;
use PredictSchemata\Exception\DeadlineException;
use PredictSchemata\Exception\InvalidRequestException;
use PredictSchemata\Exception\NotFoundException;
use PredictSchemata\Exception\PermissionException;
use PredictSchemata\Exception\PredictException;
use PredictSchemata\Exception\RateLimitException;
use PredictSchemata\Exception\ServerException;
use PredictSchemata\Exception\UnavailableException;
use Psr\Http\Message\ResponseInterface;

/** @internal */
final class Failures
{
    private const CLASSES = [
        401 => AuthenticationException::class,
        403 => PermissionException::class,
        404 => NotFoundException::class,
        429 => RateLimitException::class,
        503 => UnavailableException::class,
        504 => DeadlineException::class,
    ];

    public static function ofAnswer(ResponseInterface $answer): PredictException
    {
        $status = $answer->getStatusCode();
        // Of any kind: a proxy in between knows no contract.
        $error = self::member(json_decode((string) $answer->getBody(), true), 'error');
        $details = self::member($error, 'details');
        $infos = array_filter(is_array($details) ? $details : [], fn ($detail) => self::member($detail, 'reason') !== null);
        $info = reset($infos);
        $message = self::member($error, 'message');
        $class = self::CLASSES[$status] ?? ($status >= 500 ? ServerException::class : InvalidRequestException::class);
        return new $class(
            is_string($message) ? $message : "The server answered {$status}.",
            status: $status,
            reason: self::text(self::member($info, 'reason')),
            requestId: self::header($answer, 'X-Request-Id')
                ?? self::text(self::member(self::member($info, 'metadata'), 'requestId')),
            retryAfterS: self::retryAfterS(self::header($answer, 'Retry-After'), time()),
        );
    }

    public static function header(ResponseInterface $answer, string $name): ?string
    {
        return $answer->hasHeader($name) ? $answer->getHeaderLine($name) : null;
    }

    /** Seconds, or a date (RFC 9110, section 10.2.3). */
    public static function retryAfterS(?string $header, int $nowS): ?int
    {
        if ($header === null || ctype_digit(trim($header))) {
            return $header === null ? null : (int) $header;
        }
        $at = \DateTimeImmutable::createFromFormat('D, d M Y H:i:s \G\M\T', trim($header), new \DateTimeZone('UTC'));
        return $at === false ? null : max(0, $at->getTimestamp() - $nowS);
    }

    private static function member(mixed $value, string $key): mixed
    {
        return is_array($value) ? $value[$key] ?? null : null;
    }

    private static function text(mixed $value): ?string
    {
        return is_string($value) ? $value : null;
    }
}
