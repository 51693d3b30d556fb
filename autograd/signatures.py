"""Where editors find the rows' signatures: in the stub beside it; at run time it is empty."""

Methods = object  # of which `Value` has one for each row
