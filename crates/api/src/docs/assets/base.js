// The script of the pages, in one file: the parts in this order are base, code, trial, search, sections, tables. The pages can be read
// without it.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
// A browser may refuse storage. The pages then work, but do not remember the choices of the reader.
const remembered = (store, name) => { try { return store().getItem(name); } catch { return null; } };
const remember = (store, name, value) => { try { store().setItem(name, value); } catch { /* forgotten */ } };
const local = () => localStorage, session = () => sessionStorage;

/* The address of this gateway */

for (const origin of $$("[data-origin]")) origin.textContent = location.origin;
