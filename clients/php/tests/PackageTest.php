<?php

// Owns the proof that the package is whole: Composer installs it into a project of its own, whose autoloader then finds all of it.

declare(strict_types=1);

namespace PredictSchemata\Tests;

use PHPUnit\Framework\TestCase;

final class PackageTest extends TestCase
{
    private const PROGRAM = <<<'PHP'
        <?php

        require 'vendor/autoload.php';

        use PredictSchemata\Generated\Hear\Model\HearInstance;
        use PredictSchemata\PredictClient;

        $client = new PredictClient(getenv('SERVER'), token: getenv('TOKEN'));
        $outcomes = $client->embed([array_fill(0, 32000, 0)])->outcomes;
        echo count($outcomes[0]->values()), ' ', (new HearInstance(['input_bytes' => 'UklG']))->getInputBytes(), "\n";
        foreach ([PredictClient::class, HearInstance::class] as $class) {
            echo (new ReflectionClass($class))->getFileName(), "\n";
        }
        PHP;

    public function testAProjectInstallsItWithComposerAndUsesIt(): void
    {
        $package = (string) realpath(getenv('PACKAGE'));
        ['name' => $name, 'require' => $require] = json_decode((string) file_get_contents("{$package}/composer.json"), true);
        // The packages that it needs are taken to be on the machine, where the tests themselves found them: nothing is downloaded.
        $others = array_filter($require, static fn (string $one) => str_contains($one, '/'), ARRAY_FILTER_USE_KEY);
        $path = ['type' => 'path', 'url' => $package, 'options' => ['symlink' => false, 'versions' => [$name => '1.2.3']]];
        $project = new Project([
            'composer.json' => (string) json_encode([
                'require' => [$name => '^1.2'],
                'provide' => $others,
                'repositories' => [$path, ['packagist.org' => false]],
            ]),
            'program.php' => self::PROGRAM,
        ]);
        try {
            $environment = ['COMPOSER_HOME' => "{$project->folder}/home", 'COMPOSER_DISABLE_NETWORK' => '1'];
            $project->outputOf(['composer', 'install', '--no-interaction', '--no-progress'], $environment);
            $vendor = __DIR__ . '/../vendor/autoload.php';
            $others = is_file($vendor) ? $vendor : 'GuzzleHttp/autoload.php';
            $lines = explode("\n", trim($project->outputOfPhp('program.php', '-d', "auto_prepend_file={$others}")));
            $home = realpath($project->folder) . "/vendor/{$name}";
            self::assertSame(
                ['512 UklG', "{$home}/src/PredictClient.php", "{$home}/generated/Hear/Model/HearInstance.php"],
                $lines
            );
            $names = array_values(array_diff((array) scandir($home), ['.', '..']));
            self::assertSame(['LICENSE', 'README.md', 'autoload.php', 'composer.json', 'generated', 'src'], $names);
        } finally {
            $project->remove();
        }
    }
}
