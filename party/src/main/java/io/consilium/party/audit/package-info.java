/** The site's own record of who asked for what and what was done, which nobody can quietly edit. */
package io.consilium.party.audit;
