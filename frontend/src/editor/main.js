/* Where the editor begins: the data of the page, one store, and the parts that look at it. */
import { createStore } from "./state.js";
import { mount } from "./panel.js";
import { el } from "./dom.js";
import { request } from "./api.js";

const root = document.getElementById("editor");
const data = JSON.parse(document.getElementById("editor-data").textContent);
const store = createStore(data);
store.request = request;
const panel = el("div");
root.append(panel);
mount(panel, store, data);
