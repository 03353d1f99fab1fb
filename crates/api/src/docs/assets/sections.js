// The current page and section in the navigation.

const currentPage = $("nav [aria-current]");
if (currentPage) {
  const nav = $("#navigation");
  nav.scrollTop = currentPage.offsetTop - nav.clientHeight / 2;
}
const sections = new Map($$(".contents a").map((link) => [document.getElementById(link.hash.slice(1)), link]));
if (sections.size > 0) {
  const mark = () => {
    const passed = [...sections.keys()].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
    for (const link of sections.values()) link.removeAttribute("aria-current");
    sections.get(passed.at(-1))?.setAttribute("aria-current", "location");
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}
