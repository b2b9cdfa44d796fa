"""The templates, a function each; a module holds one family."""
