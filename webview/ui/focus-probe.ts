/**
 * FAST, below the toolkit, finds out whether `:focus-visible` exists by adding an empty `<style>` to
 * the page for a moment. The page's content-security policy refuses that: a violation is reported,
 * and FAST concludes "no" and then draws focus rings on mouse clicks. While the toolkit loads, such
 * an element stays outside the page and is given a constructed sheet, which the policy allows.
 */
const { head } = document;

head.appendChild = <T extends Node>(node: T): T => {
  if (!(node instanceof HTMLStyleElement)) return Node.prototype.appendChild.call(head, node) as T;
  Object.defineProperty(node, 'sheet', { value: new CSSStyleSheet() });
  return node;
};

head.removeChild = <T extends Node>(node: T): T =>
  node.parentNode === head ? (Node.prototype.removeChild.call(head, node) as T) : node;

/** Ends the substitution; to be called once the toolkit is loaded. */
export function endFocusProbe(): void {
  Reflect.deleteProperty(head, 'appendChild');
  Reflect.deleteProperty(head, 'removeChild');
}
