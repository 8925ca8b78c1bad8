// Owns the form in which a person gives the token. Must not know what it is for.
import { element } from './dom.ts';
import { isRemembered, token, useToken } from './token.ts';

let count = 0;

/**
 * A form with the token, a box to be remembered and a button; `problem` says what was wrong with the last one.
 * Takes effect through `useToken`. `canRemember` is false for a page from disk, whose storage other files share in some browsers.
 */
export function tokenField(problem?: string, canRemember = true): HTMLFormElement {
  count += 1;
  const id = `token-${count}`;
  const input = element('input', {
    id,
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    'aria-describedby': `${id}-help`,
    'aria-invalid': problem === undefined ? undefined : 'true',
  });
  input.value = token() ?? '';
  const remember = element('input', { id: `${id}-remember`, type: 'checkbox' });
  remember.checked = isRemembered();
  const forget = element('button', { type: 'button', class: 'quiet' }, 'Forget it');
  forget.addEventListener('click', () => useToken('', false));
  const form = element(
    'form',
    { class: 'token' },
    element('label', { for: id }, 'Token'),
    element(
      'div',
      { class: 'row' },
      input,
      element('button', { type: 'submit' }, 'Use'),
      token() !== undefined && forget,
    ),
    element(
      'p',
      { id: `${id}-help`, class: problem === undefined ? 'hint' : 'hint wrong' },
      problem ?? 'The one that the server printed at its start, or yours from its operator. It stays in this page.',
    ),
    canRemember &&
      element(
        'p',
        { class: 'row' },
        remember,
        element('label', { for: `${id}-remember` }, 'Remember it in this browser, for everyone who uses it'),
      ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(input.value, remember.checked);
  });
  return form;
}
