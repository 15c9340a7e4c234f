/** The open notebook, for every part of its page. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Book } from "./book";

export const BookContext = createContext<Book | undefined>(undefined);

export function useBook(): Book {
  const book = useContext(BookContext);
  if (!book) throw new Error("no notebook is open");
  return book;
}
