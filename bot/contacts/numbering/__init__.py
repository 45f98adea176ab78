"""Numbering plans as one table: phonenumbers' verdict on a number, for a million numbers at a time.

phonenumbers reads a number with regular expressions, one number at a time. Whatever it says depends only on the digits,
one after the other, and there are at most 19 of them. So its answers fit into an automaton: a table of states, in which
each digit leads from one state to the next, and the state after the last digit says what the number is.

An example, +6581234567. Its ten digits lead from the start through ten states. Those after 65, 658, 6581 and so on up
to 658123456 say "too short"; the one after the tenth says "valid, SG, mobile"; a digit more leads to one that says "not
valid". +6581234568 ends in the same state, for nothing that may follow tells the two apart. Because numbers share
their states in this way, all the numbers of the world need about 26 thousand.

The table is built from the metadata of the phonenumbers that is installed, and by its own rules:

``patterns``     a regular expression over digits becomes a graph that is walked digit by digit
``plan``         all patterns of one calling code, walked together; what a number is that ends here
``prefix``       a national number, from which the national prefix may have to be taken away
``international`` and ``national``   the way ``parse`` finds the calling code and the national number in the digits
``states``       the walk over all digits that can come; equal states become one; the table, and its use on columns
``store``        the table is kept on disk, because building it takes about a second

Where the rules depend on more than this can follow (a national prefix that writes the number anew, an odd prefix for
calls abroad), the state says "ask", and phonenumbers itself is asked. That is rare, and it keeps every verdict exact.
"""
