/** Placeholder for the catalogue. */
export function CataloguePage(props: { study: string }) {
  return <p>{props.study}</p>;
}
