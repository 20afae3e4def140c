// Carries an answer to the portal that asked. The button does the same without script.
document.getElementById("onward").submit();
