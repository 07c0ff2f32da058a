// A dialog with a title.
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { S } from '../strings.ts';

export function Window({
  title,
  isOpen,
  onClose,
  initialFocus,
  children,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** What has the focus when it opens; else its first control. */
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="window card" {...(initialFocus && { initialFocus })}>
          <div className="window-head">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="button quiet" aria-label={S.close}>
              ×
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
