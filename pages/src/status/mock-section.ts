// Owns what a person reads of the mock's abilities.
import { element } from '../shared/dom.ts';
import type { Site } from '../shared/site-facts.ts';

export function mockSection({ scenarios, scenarioHeader }: NonNullable<Site['mock']>): HTMLElement {
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'What the mock can'),
    element(
      'ul',
      {},
      element(
        'li',
        {},
        'Predict: numbers made from the clip, the same for the same clip. A bad clip gets the error that a server gives it.',
      ),
      element(
        'li',
        {},
        'Fail as a server may, for every call after ',
        element('code', {}, '--scenario NAME'),
        ' at its start or for one call with the header ',
        element('code', {}, `${scenarioHeader}: NAME`),
        ': ',
        ...scenarios.flatMap((name, index) => [index > 0 && ', ', element('code', {}, name)]),
        '.',
      ),
      element('li', {}, 'Answer with any example of the contract: ', element('code', {}, 'Prefer: code=429'), '.'),
      element(
        'li',
        {},
        'Stand before a real server and show where it breaks the contract: ',
        element('code', {}, '--proxy URL'),
        '.',
      ),
    ),
  );
}
