/** Placeholder for the notebook. */
export function NotebookPage(props: { study: string; notebook?: string }) {
  return <p>{props.study}</p>;
}
