import { render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { useFocusBack } from './useFocusBack';

function Opener() {
  const [isOpen, setIsOpen] = useState(false);
  useFocusBack(isOpen);
  return (
    <>
      <button onClick={() => setIsOpen(true)}>open</button>
      {isOpen && <button onClick={() => setIsOpen(false)}>close</button>}
    </>
  );
}

it('gives the focus back although what had it is gone at once', async () => {
  render(<Opener />);
  const opener = screen.getByRole('button', { name: 'open' });
  opener.focus();
  opener.click();
  const close = await screen.findByRole('button', { name: 'close' });
  close.focus();
  close.click();
  await expect.poll(() => document.activeElement).toBe(opener);
});
