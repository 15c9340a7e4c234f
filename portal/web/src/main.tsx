/** Where the page begins: joins the client with who is signed in, and draws. */
import { render } from "preact";
import { tellSignedOut, touched, watch } from "./api/alive";
import { hooks } from "./api/client";
import { dropKept } from "./api/kept";
import { me } from "./api/me";
import { App } from "./pages/app";
import { confirmed } from "./pages/confirm";
import { over } from "./pages/sign-in";
import "./style/tokens.css";
import "./style/base.css";

hooks.csrf = () => me.peek()?.csrf;
hooks.touched = touched;
hooks.confirm = confirmed;
hooks.signedOut = () => {
  over.value = Boolean(me.peek());
  dropKept();
  me.value = null;
  tellSignedOut();
};
watch();

const root = document.getElementById("page");
if (root) render(<App />, root);
