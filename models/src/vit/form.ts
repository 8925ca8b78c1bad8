// Owns the list of forms in which a transformer's layers can be written, and which arithmetics each can have. Must not know operators.
import type { Variant } from './arithmetic.ts';
import { fusedForm } from './fused-form.ts';
import type { Form } from './parts.ts';
import { plainForm } from './plain-form.ts';

export const FORM_NAMES = ['plain', 'fused'] as const;
export type FormName = (typeof FORM_NAMES)[number];

export const FORMS: Readonly<Record<FormName, Form>> = { plain: plainForm, fused: fusedForm };

/** What an import makes of weights. */
export interface Kind {
  readonly variant: Variant;
  readonly form: FormName;
}

export function isFormName(name: string): name is FormName {
  return (FORM_NAMES as readonly string[]).includes(name);
}

/** @throws Error when there is no such model, with what to do. */
export function demandForm(form: FormName, variant: Variant): void {
  // int8 is for CPUs, where the plain form is the faster one; and its scale for each row needs rows as one matrix.
  if (form === 'fused' && variant === 'int8')
    throw new Error(
      'Form fused: expected the variant fp32 or fp16, got int8, which is for CPUs. Choose the form plain, or another variant.',
    );
}
