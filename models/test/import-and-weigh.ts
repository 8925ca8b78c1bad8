// Imports a folder of weights in a process of its own and prints the most memory that the process ever had resident, in bytes:
//   node import-and-weigh.ts FOLDER OUT VARIANT FORM
import { importHear } from '../src/hear/import-hear.ts';
import { isVariant } from '../src/vit/arithmetic.ts';
import { isFormName } from '../src/vit/form.ts';

const [folder = '', out = '', variant = '', form = ''] = process.argv.slice(2);
if (!isVariant(variant)) throw new Error(`expected a variant, got ${variant}`);
if (!isFormName(form)) throw new Error(`expected a form, got ${form}`);
await importHear({ folder, out, variant, form });
// Node gives kilobytes on every platform.
console.log(1024 * process.resourceUsage().maxRSS);
