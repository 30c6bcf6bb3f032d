import { render } from "preact";
import { App } from "./app";
import "../kit/tokens.css";
import "../kit/kit.css";
import "./workbench.css";

render(<App />, document.getElementById("app")!);
