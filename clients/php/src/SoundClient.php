<?php

// Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an algorithm.

declare(strict_types=1);

namespace PredictSchemata;

use GuzzleHttp\Client;
use GuzzleHttp\Handler\CurlMultiHandler;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Promise\Each;
use GuzzleHttp\Promise\PromiseInterface;
use PredictSchemata\Exception\DeadlineException;
use PredictSchemata\Exception\InvalidAnswerException;
use PredictSchemata\Exception\InvalidRequestException;
use PredictSchemata\Exception\NotFoundException;
use PredictSchemata\Exception\PermissionException;
use PredictSchemata\Exception\PredictException;
use PredictSchemata\Generated\Algorithms;
use PredictSchemata\Internal\Call;
use PredictSchemata\Internal\Endpoint;
use PredictSchemata\Internal\Json;
use PredictSchemata\Internal\Loop;
use PredictSchemata\Internal\Retry;
use PredictSchemata\Internal\Scope;
use PredictSchemata\Internal\Sending;

/** The part of PredictClient that every algorithm shares. */
abstract class SoundClient
{
    /** An address that swallows packets is given up after this, so that a repeat may reach another. */
    private const CONNECT_LIMIT_S = 10;

    private readonly Target $target;
    private readonly Settings $settings;
    private readonly CurlMultiHandler $handler;
    private readonly Client $http;
    private readonly array $headers;
    /** @var array<string, Limits> what each endpoint's labels say, or what the target is known for where they say nothing */
    private array $limits = [];

    /**
     * @param Target|string|null $target `Target::server()` by default; a text is the base URL of a server of your own
     * @param ?string $endpoint its id; the algorithm's name by default
     * @param string|(callable(?string): string)|null $token a bearer token, or what gives one: it is called before each call with
     *        null, and after a 401 with the token that was refused
     * @param array<string, string> $headers sent with every call
     * @param array<string, mixed> $http further options of Guzzle, for example `verify` and `proxy`
     * @param mixed ...$options what Settings lists, by name; each call may set them otherwise
     */
    public function __construct(
        Target|string|null $target = null,
        private readonly string $project = 'demo',
        private readonly string $location = 'us-central1',
        private readonly ?string $endpoint = null,
        #[\SensitiveParameter]
        private readonly mixed $token = null,
        array $headers = [],
        array $http = [],
        mixed ...$options,
    ) {
        if ($token !== null && !is_string($token) && !is_callable($token)) {
            throw new \InvalidArgumentException(
                'Expected a token as text or a function that gives one, got ' . get_debug_type($token) . '.'
            );
        }
        $this->target = $target instanceof Target ? $target : Target::server(...($target === null ? [] : [$target]));
        $this->settings = (new Settings())->with($options);
        $this->headers = ['User-Agent' => 'predict-schemata-php/' . Algorithms::VERSION, ...$headers];
        $this->handler = new CurlMultiHandler(['select_timeout' => Loop::TICK_S]);
        $this->http = new Client([
            'connect_timeout' => self::CONNECT_LIMIT_S,
            'expect' => false,
            ...$http,
            'handler' => HandlerStack::create($this->handler),
            'http_errors' => false,
            'allow_redirects' => false,
        ]);
    }

    /** For var_dump and print_r: shows neither token nor headers. */
    public function __debugInfo(): array
    {
        return ['target' => $this->target, 'settings' => $this->settings];
    }

    /**
     * Sends instances in one call, which is repeated when it may be.
     *
     * @param list<\JsonSerializable|array<string, mixed>> $instances of the generated core, or as the contract has them
     * @param mixed ...$options what Settings lists, by name, and `parameters` like an instance
     * @return object PredictResponse of the algorithm's generated core
     * @throws PredictException when the call fails for good
     */
    public function predict(string $algorithm, array $instances, mixed ...$options): object
    {
        $facts = $this->factsOf($algorithm);
        $request = ['instances' => array_values($instances)];
        if (isset($options['parameters'])) {
            $request['parameters'] = $options['parameters'];
        }
        unset($options['parameters']);
        $body = Json::of($request);
        $settings = $this->settings->with($options);
        $answer = $this->within($settings, function (Scope $scope, Loop $loop) use ($facts, $settings, $body, $instances) {
            $endpoint = $this->endpointOf($facts);
            $attempt = static fn () => $endpoint->predict($loop, $body, count($instances));
            return $loop->await(Retry::run($settings, $scope, $loop, $attempt));
        });
        return $this->typed($facts, $answer);
    }

    /**
     * Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side by
     * side, repeats calls and single sounds that may be repeated. Files are read as they are sent.
     *
     * @param iterable<string|\SplFileInfo|resource|\Psr\Http\Message\StreamInterface|list<int|float>|Samples|CloudFile> $sounds
     * @param mixed ...$options what Settings lists, by name
     * @throws PredictException when a call fails for good; what is wrong with one sound stands at its place instead
     * @throws \InvalidArgumentException for what is no sound or no file
     */
    public function predictSounds(string $algorithm, iterable $sounds, mixed ...$options): SoundAnswer
    {
        $facts = $this->factsOf($algorithm);
        $settings = $this->settings->with($options);
        $sending = new Sending($facts, $sounds);
        if ($sending->all() !== []) {
            $endpoint = $this->endpointOf($facts);
            try {
                $this->within($settings, function (Scope $scope, Loop $loop) use ($settings, $sending, $endpoint) {
                    $this->sendAll($sending, $endpoint, $settings, $scope, $loop);
                });
            } catch (NotFoundException $error) {
                // What comes to be there has limits of its own.
                unset($this->limits[$endpoint->url]);
                throw $error;
            }
        }
        return $sending->answer();
    }

    private function sendAll(Sending $sending, Endpoint $endpoint, Settings $settings, Scope $scope, Loop $loop): void
    {
        $limits = $this->limitsOf($endpoint, $settings, $scope, $loop);
        $send = static fn (Call $call): PromiseInterface => $endpoint
            ->predict($loop, $call->body, count($call->indices))
            ->then(static fn (array $answer) => $sending->take($call->indices, $answer));
        $sideBySide = static function (array $indices, \Closure $run) use ($sending, $limits, $settings, $loop): void {
            $promises = (static function () use ($sending, $indices, $limits, $run) {
                foreach ($sending->calls($indices, $limits) as $call) {
                    yield $run($call);
                }
            })();
            $loop->await(Each::ofLimitAll($promises, $settings->maxParallelCalls));
        };

        $sideBySide($sending->all(), static fn (Call $call) => Retry::run($settings, $scope, $loop, static fn () => $send($call)));
        for ($repeat = 0; $repeat + 1 < $settings->maxAttempts; $repeat++) {
            $failed = $sending->failed(Algorithms::RETRYABLE_REASONS);
            $waitS = Retry::backoffS($settings, $repeat);
            if ($failed === [] || !$scope->leaves($waitS)) {
                return;
            }
            try {
                $loop->await($loop->pause($waitS));
                // The errors that sounds have are results already: a repeat that fails as a whole takes nothing away.
                $sideBySide($failed, static fn (Call $call) => $send($call)->otherwise(
                    static fn (\Throwable $error) => $error instanceof PredictException ? null : throw $error
                ));
            } catch (DeadlineException) {
                return;
            }
        }
    }

    /** Given ones, else those of the endpoint's labels, else those that the target is known for. */
    private function limitsOf(Endpoint $endpoint, Settings $settings, Scope $scope, Loop $loop): Limits
    {
        if ($settings->maxInstances !== null && $settings->maxBodyBytes !== null) {
            return new Limits($settings->maxInstances, $settings->maxBodyBytes);
        }
        $known = $this->limits[$endpoint->url] ?? $this->askedLimits($endpoint, $scope, $loop);
        return new Limits($settings->maxInstances ?? $known->maxInstances, $settings->maxBodyBytes ?? $known->maxBodyBytes);
    }

    /**
     * Those of the endpoint's labels, else those that the target is known for: either is remembered. Not so after a failure that
     * may pass, which says nothing about limits.
     */
    private function askedLimits(Endpoint $endpoint, Scope $scope, Loop $loop): Limits
    {
        $known = $this->target->limits;
        try {
            $labels = $loop->await($endpoint->describe($loop))['labels'] ?? [];
            $stated = new Limits((int) ($labels['max_instances'] ?? 0), (int) ($labels['max_body_bytes'] ?? 0));
            // Vertex AI's endpoints carry no such labels.
            $known = $stated->maxInstances > 0 && $stated->maxBodyBytes > 0 ? $stated : $known;
        } catch (PermissionException | NotFoundException | InvalidRequestException | InvalidAnswerException) {
            // A token may be for predictions alone, and a host, as one of Vertex AI's dedicated endpoints, may know no other call.
        } catch (PredictException) {
            $scope->check();
            return $known;
        }
        return $this->limits[$endpoint->url] = $known;
    }

    /** Runs one call of the user's, and ends what is still under way after it. */
    private function within(Settings $settings, \Closure $run): mixed
    {
        $scope = new Scope($settings->deadlineS, $settings->cancellation);
        $loop = new Loop($this->http, $this->handler, $scope);
        try {
            return $run($scope, $loop);
        } finally {
            $loop->end();
        }
    }

    private function typed(Algorithm $facts, array $answer): object
    {
        $serializer = "{$facts->types}\\ObjectSerializer";
        try {
            $response = $serializer::deserialize($answer, $facts->model('PredictResponse'));
        } catch (\InvalidArgumentException | \TypeError $cause) {
            $message = 'The answer does not keep the contract.';
            throw new InvalidAnswerException($message, status: 200, previous: $cause);
        }
        foreach ($response->getPredictions() as $prediction) {
            if (!isset($prediction[$facts->resultField]) && !isset($prediction['error'])) {
                throw new InvalidAnswerException('Expected a result or an error as each prediction.', status: 200);
            }
        }
        return $response;
    }

    private function factsOf(string $algorithm): Algorithm
    {
        $all = Algorithms::all();
        return $all[$algorithm] ?? throw new \InvalidArgumentException(
            'Expected one of ' . implode(', ', array_keys($all)) . " as algorithm, got {$algorithm}."
        );
    }

    private function endpointOf(Algorithm $facts): Endpoint
    {
        $place = [$this->project, $this->location, $this->endpoint ?? $facts->name];
        return new Endpoint($this->target->baseUrl, $place, $this->token, $this->headers);
    }
}
