// The script of every page. A page with more has its own module beside this one.
import { setUpDialogs } from "./_dialogs";
import { setUpHtmx } from "./_htmx";
import { setUpMenus } from "./_menus";
import { setUpPage } from "./_page";
import { setUpSubmit } from "./_submit";
import { setUpTheme } from "./_theme";
import { sayWord } from "./_word";

setUpHtmx();
setUpDialogs();
setUpMenus();
setUpTheme();
setUpPage();
setUpSubmit();
if (!document.querySelector(".desk")) sayWord();
