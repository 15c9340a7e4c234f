/** Which page stands at which path. Larger rooms are loaded when they are first wanted. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { has } from "../api/me";
import type { Role } from "../api/types";
import { fit } from "../parts/place";
import { AccountPage } from "./account";
import { LogPage } from "./log";
import { SessionsPage } from "./sessions";
import { StudiesPage } from "./studies";

type Pieces = Record<string, string>;
/** `need`: the roles without any of which there is no such page (the server has the last word besides). */
interface Route { at: string; need?: Role[]; page: (pieces: Pieces) => VNode }

const Notebook = later(() => import("../notebook/page").then((room) => room.NotebookPage));
const Register = later(() => import("./register/page").then((room) => room.RegisterPage));
const Help = later(() => import("./help/page").then((room) => room.HelpPage));
const RegisteredStudy = later(() => import("./register/study-page").then((room) => room.StudyPage));
const Usage = later(() => import("./usage").then((room) => room.UsagePage));
const Catalogue = later(() => import("../catalogue/page").then((room) => room.CataloguePage));

const routes: Route[] = [
  { at: "/studies", page: () => <StudiesPage /> },
  { at: "/sessions", need: ["security_staff"], page: () => <SessionsPage /> },
  { at: "/log", need: ["security_staff"], page: () => <LogPage /> },
  { at: "/register", need: ["registrar"], page: () => <Register kind="organisations" /> },
  { at: "/register/organisations", need: ["registrar"], page: () => <Register kind="organisations" /> },
  { at: "/register/handlers", need: ["registrar"], page: () => <Register kind="handlers" /> },
  { at: "/register/studies", need: ["registrar"], page: () => <Register kind="studies" /> },
  { at: "/register/studies/:study", need: ["registrar"], page: ({ study = "" }) => <RegisteredStudy key={study} study={study} /> },
  { at: "/usage", need: ["registrar", "data_steward"], page: () => <Usage /> },
  { at: "/account", page: () => <AccountPage /> },
  { at: "/help", page: () => <Help /> },
  { at: "/studies/:study", page: ({ study = "" }) => <Notebook key={study} study={study} /> },
  { at: "/studies/:study/catalogue", page: ({ study = "" }) => <Catalogue key={study} study={study} /> },
  { at: "/studies/:study/notebooks/:notebook", page: ({ study = "", notebook = "" }) => <Notebook key={`${study} ${notebook}`} study={study} notebook={notebook} /> },
];

/** The page at a path, if there is one. */
export function pageAt(path: string): VNode | undefined {
  for (const { at, need, page } of routes) {
    if (need && !need.some(has)) continue;
    const pieces = fit(at, path);
    if (pieces) return page(pieces);
  }
  return undefined;
}

/** Where somebody begins. */
export function start(): string {
  if (has("researcher")) return "/studies";
  if (has("security_staff")) return "/sessions";
  if (has("registrar")) return "/register";
  if (has("data_steward")) return "/usage";
  return "/account";
}

function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [, again] = useState(0);
    const [failed, setFailed] = useState<Error>();
    useEffect(() => {
      if (!loaded) load().then((page) => { loaded = page; again(1); }, setFailed);
    }, []);
    if (failed) throw failed;
    const Page = loaded;
    return Page ? <Page {...props} /> : <div class="page" aria-busy="true" />;
  };
}
