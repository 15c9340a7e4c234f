/** Where the page begins: joins the client with who is signed in, and draws. */
import { render } from "preact";
import { hooks } from "./api/client";
import { me } from "./api/me";
import { App } from "./pages/app";
import "./style/tokens.css";
import "./style/base.css";

hooks.csrf = () => me.value?.csrf;
hooks.signedOut = () => {
  me.value = null;
};

const root = document.getElementById("page");
if (root) render(<App />, root);
