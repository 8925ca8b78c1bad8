<?php

// Owns what is under way for one call of the user's: exchanges and pauses, driven until one promise is settled or the call is over.
// Must not know what is sent.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use GuzzleHttp\Client;
use GuzzleHttp\Handler\CurlMultiHandler;
use GuzzleHttp\Promise\Is;
use GuzzleHttp\Promise\Promise;
use GuzzleHttp\Promise\PromiseInterface;
use GuzzleHttp\Promise\Utils;
use PredictSchemata\Exception\ConnectionException;
use Psr\Http\Message\RequestInterface;
use Psr\Http\Message\ResponseInterface;

/** @internal */
final class Loop
{
    /** How long a cancelled call may go unnoticed. */
    public const TICK_S = 0.02;

    /** @var array<int, PromiseInterface> */
    private array $exchanges = [];
    /** @var list<array{float, Promise}> when each pause ends */
    private array $pauses = [];
    private bool $isOver = false;

    public function __construct(
        private readonly Client $http,
        private readonly CurlMultiHandler $handler,
        private readonly Scope $scope,
    ) {
    }

    /** @return PromiseInterface of a ResponseInterface of any status, or of a ConnectionException */
    public function exchange(RequestInterface $request): PromiseInterface
    {
        if ($this->isOver) {
            throw new \LogicException('A call that is over sends nothing. This is a bug.');
        }
        $exchange = $this->http->sendAsync($request);
        $id = spl_object_id($exchange);
        $this->exchanges[$id] = $exchange;
        return $exchange->then(
            function (ResponseInterface $answer) use ($id) {
                unset($this->exchanges[$id]);
                return $answer;
            },
            function (mixed $cause) use ($id): never {
                unset($this->exchanges[$id]);
                throw new ConnectionException(
                    'No whole answer came from the server. Check that it runs and can be reached.',
                    previous: $cause instanceof \Throwable ? $cause : null,
                );
            },
        );
    }

    public function pause(float $seconds): PromiseInterface
    {
        $pause = new Promise();
        $this->pauses[] = [Scope::nowS() + $seconds, $pause];
        return $pause;
    }

    /** Drives all until this one is settled, and gives its value or throws its error, or the scope's. */
    public function await(PromiseInterface $promise): mixed
    {
        $queue = Utils::queue();
        $queue->run();
        while (Is::pending($promise)) {
            $this->scope->check();
            $this->endPauses();
            if ($this->exchanges === []) {
                usleep((int) (self::TICK_S * 1e6));
            } else {
                $this->handler->tick();
            }
            $queue->run();
        }
        return $promise->wait();
    }

    /** What is still under way is nobody's any more. */
    public function end(): void
    {
        $this->isOver = true;
        foreach ($this->exchanges as $exchange) {
            $exchange->cancel();
        }
        $this->exchanges = $this->pauses = [];
    }

    private function endPauses(): void
    {
        $nowS = Scope::nowS();
        foreach ($this->pauses as $index => [$endsAtS, $pause]) {
            if ($endsAtS <= $nowS) {
                unset($this->pauses[$index]);
                $pause->resolve(null);
            }
        }
    }
}
