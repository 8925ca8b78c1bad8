// Owns the form in which a person says where the server is, for the page that was opened from disk.
import { element } from '../../shared/dom.ts';
import { originIn } from '../place.ts';

export function serverForm(server: string, use: (origin: string) => void): HTMLElement {
  const input = element('input', {
    id: 'server-address',
    type: 'text',
    inputmode: 'url',
    autocomplete: 'url',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'server-help',
  });
  input.value = server;
  const help = element(
    'p',
    { id: 'server-help', class: 'hint' },
    'The server must allow pages from disk: start it with ',
    element('code', {}, '--cors-origin null'),
    '.',
  );
  const problem = element('p', { class: 'wrong', role: 'alert' });
  const form = element(
    'form',
    { class: 'token' },
    element('label', { for: 'server-address' }, 'Server'),
    element('div', { class: 'row' }, input, element('button', { type: 'submit', class: 'quiet' }, 'Use')),
    help,
    problem,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const origin = originIn(input.value);
    problem.textContent = origin === undefined ? 'Expected an address such as http://127.0.0.1:8080.' : '';
    if (origin === undefined) return;
    input.value = origin;
    use(origin);
  });
  return form;
}
